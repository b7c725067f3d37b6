/// What the runner relies on, whichever API a server speaks: rows that every dialect is held
/// against, on the simulator and on real servers.
@NullMarked
package dev.build0711.runner.simulator.contract;

import org.jspecify.annotations.NullMarked;

/// What simulated agents do and when, apart from any wire: a scenario is a script, and the state of
/// a conversation follows from its script and the time since it began. No thread waits for it.
@NullMarked
package dev.build0711.runner.simulator.scenario;

import org.jspecify.annotations.NullMarked;

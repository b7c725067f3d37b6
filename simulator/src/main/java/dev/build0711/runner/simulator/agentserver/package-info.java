/// The dialect of the OpenHands agent-server 1.58.0, as recordings of the real one show it.
@NullMarked
package dev.build0711.runner.simulator.agentserver;

import org.jspecify.annotations.NullMarked;

/// The dialect of the OpenHands agent-server (and of Agent Canvas, which runs one).
@NullMarked
package dev.build0711.runner.openhands.agentserver;

import org.jspecify.annotations.NullMarked;

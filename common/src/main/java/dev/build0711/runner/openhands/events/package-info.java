/// Reads the events of agent-servers, which the V1 app server hands on as they are.
@NullMarked
package dev.build0711.runner.openhands.events;

import org.jspecify.annotations.NullMarked;

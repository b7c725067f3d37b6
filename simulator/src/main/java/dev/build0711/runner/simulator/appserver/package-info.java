/// The V1 app server: start tasks, sandboxes and conversations over HTTP as the real ones of two
/// releases answer, with an agent-server behind each sandbox.
@NullMarked
package dev.build0711.runner.simulator.appserver;

import org.jspecify.annotations.NullMarked;

/// HTTP as the simulated servers see it: a request, a reply, and which handler is meant.
@NullMarked
package dev.build0711.runner.simulator.web;

import org.jspecify.annotations.NullMarked;

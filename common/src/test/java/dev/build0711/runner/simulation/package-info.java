/// The whole runner in one thread: real use cases over simulated ports, every order of events and
/// every fault picked by one seed, and the rules of the product checked after every step.
@NullMarked
package dev.build0711.runner.simulation;

import org.jspecify.annotations.NullMarked;

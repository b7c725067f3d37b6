/// The domain: what a run is, what the witnesses can say about it, and the one function that moves
/// it. Uses `java.base` only and never asks for the time.
@NullMarked
package dev.build0711.runner.run;

import org.jspecify.annotations.NullMarked;

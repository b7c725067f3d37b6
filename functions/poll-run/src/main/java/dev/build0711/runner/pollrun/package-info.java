/// The function that the queue wakes: one look at one run.
@NullMarked
package dev.build0711.runner.pollrun;

import org.jspecify.annotations.NullMarked;

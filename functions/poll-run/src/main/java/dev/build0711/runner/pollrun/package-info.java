/// The function that the queue wakes: a look at a run, or at what is due on a backend.
@NullMarked
package dev.build0711.runner.pollrun;

import org.jspecify.annotations.NullMarked;

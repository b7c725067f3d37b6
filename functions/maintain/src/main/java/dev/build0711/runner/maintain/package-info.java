/// The function that the scheduler calls every minute, to find what fell between the others.
@NullMarked
package dev.build0711.runner.maintain;

import org.jspecify.annotations.NullMarked;

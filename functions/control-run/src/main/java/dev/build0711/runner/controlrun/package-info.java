/// The function `control-run`: cancelling runs and writing to their agents.
@NullMarked
package dev.build0711.runner.controlrun;

import org.jspecify.annotations.NullMarked;

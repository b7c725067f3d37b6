/// The function `get-run`: reading runs.
@NullMarked
package dev.build0711.runner.getrun;

import org.jspecify.annotations.NullMarked;

/// The function `create-run`: `POST /runs`.
@NullMarked
package dev.build0711.runner.createrun;

import org.jspecify.annotations.NullMarked;

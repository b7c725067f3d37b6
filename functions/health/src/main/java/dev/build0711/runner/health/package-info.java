/// The function `health`: whether the service can do its work.
@NullMarked
package dev.build0711.runner.health;

import org.jspecify.annotations.NullMarked;

/// The configuration: the only code that sees the environment and the configuration file.
@NullMarked
package dev.build0711.runner.config;

import org.jspecify.annotations.NullMarked;

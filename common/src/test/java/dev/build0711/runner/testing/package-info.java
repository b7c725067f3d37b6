/// What tests of every module share: fixtures and doubles.
@NullMarked
package dev.build0711.runner.testing;

import org.jspecify.annotations.NullMarked;

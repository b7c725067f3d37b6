/// Puts the product together: the only code that makes adapters.
@NullMarked
package dev.build0711.runner.wiring;

import org.jspecify.annotations.NullMarked;

/// Many at once over the real database.
@NullMarked
package dev.build0711.runner.faults;

import org.jspecify.annotations.NullMarked;

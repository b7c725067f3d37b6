/// Bytes in files of this machine.
@NullMarked
package dev.build0711.runner.local;

import org.jspecify.annotations.NullMarked;

/// The log: the only code that formats a log line.
@NullMarked
package dev.build0711.runner.log;

import org.jspecify.annotations.NullMarked;

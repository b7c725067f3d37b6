/// All functions in one process, for a laptop, a container or a server of one's own: the command
/// line, the embedded database, and the loop that looks at runs when they are due.
@NullMarked
package dev.build0711.runner.standalone;

import org.jspecify.annotations.NullMarked;

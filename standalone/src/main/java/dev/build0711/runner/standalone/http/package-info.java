/// Serves functions without the functions framework: Jetty's core on virtual threads.
@NullMarked
package dev.build0711.runner.standalone.http;

import org.jspecify.annotations.NullMarked;

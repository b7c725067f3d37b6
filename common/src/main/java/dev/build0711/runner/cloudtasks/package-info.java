/// Wake-ups by Google's Cloud Tasks, asked for over HTTP/JSON.
@NullMarked
package dev.build0711.runner.cloudtasks;

import org.jspecify.annotations.NullMarked;

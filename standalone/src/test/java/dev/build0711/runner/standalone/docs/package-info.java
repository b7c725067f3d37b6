/// What the documentation says of files, scripts and decisions, against the repository.
@NullMarked
package dev.build0711.runner.standalone.docs;

import org.jspecify.annotations.NullMarked;

/// Secrets that Google's Secret Manager keeps, read over HTTP/JSON.
@NullMarked
package dev.build0711.runner.secretmanager;

import org.jspecify.annotations.NullMarked;

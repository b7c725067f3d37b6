/// Bytes in Google Cloud Storage, by Google's client.
@NullMarked
package dev.build0711.runner.gcs;

import org.jspecify.annotations.NullMarked;

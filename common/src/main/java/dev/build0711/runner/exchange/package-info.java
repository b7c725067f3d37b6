/// HTTP requests to other people's servers: what is sent, what came back, and no way to hang, to be
/// led elsewhere or to be flooded.
@NullMarked
package dev.build0711.runner.exchange;

import org.jspecify.annotations.NullMarked;

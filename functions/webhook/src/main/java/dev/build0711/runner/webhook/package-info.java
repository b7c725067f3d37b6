/// The function that git hosts and backends post their webhooks to.
@NullMarked
package dev.build0711.runner.webhook;

import org.jspecify.annotations.NullMarked;

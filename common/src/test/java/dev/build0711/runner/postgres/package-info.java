/// The stores against a real PostgreSQL.
@NullMarked
package dev.build0711.runner.postgres;

import org.jspecify.annotations.NullMarked;

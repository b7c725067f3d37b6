/// The stores on PostgreSQL, over plain JDBC: each statement stands whole beside the code that
/// binds it.
@NullMarked
package dev.build0711.runner.postgres;

import org.jspecify.annotations.NullMarked;

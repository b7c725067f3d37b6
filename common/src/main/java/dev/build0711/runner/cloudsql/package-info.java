/// Google's Cloud SQL, where it is more than PostgreSQL.
@NullMarked
package dev.build0711.runner.cloudsql;

import org.jspecify.annotations.NullMarked;

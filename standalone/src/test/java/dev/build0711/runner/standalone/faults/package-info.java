/// Proof that crashes and faults cost only time: the use cases over the real adapters, broken off
/// wherever they can be.
@NullMarked
package dev.build0711.runner.standalone.faults;

import org.jspecify.annotations.NullMarked;

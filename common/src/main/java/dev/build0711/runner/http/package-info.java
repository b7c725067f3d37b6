/// The HTTP edge: one route table, callers, limits, strict reading, replies and problems. It knows
/// no use case.
@NullMarked
package dev.build0711.runner.http;

import org.jspecify.annotations.NullMarked;

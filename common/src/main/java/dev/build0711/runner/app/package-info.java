/// What the product does, one class a thing. Knows the domain and the ports, and nothing of HTTP,
/// SQL or JSON.
@NullMarked
package dev.build0711.runner.app;

import org.jspecify.annotations.NullMarked;

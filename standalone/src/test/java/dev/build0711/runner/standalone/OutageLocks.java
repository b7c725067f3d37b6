package dev.build0711.runner.standalone;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/// Lets the tests of a product run side by side, except for those that take away what all need.
final class OutageLocks implements ResourceLocksProvider {

  /// The test changes the surroundings for everybody.
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Alone {}

  @Override
  public Set<Lock> provideForMethod(
      List<Class<?>> enclosing, Class<?> testClass, Method testMethod) {
    return Set.of(
        new Lock(
            testClass.getName(),
            testMethod.isAnnotationPresent(Alone.class)
                ? ResourceAccessMode.READ_WRITE
                : ResourceAccessMode.READ));
  }
}

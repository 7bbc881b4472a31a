"""The tutorial: lessons on real photographs, each step with its known answer."""

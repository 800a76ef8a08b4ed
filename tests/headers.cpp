// Carries the precompiled header that all tests share. A program, because those of libraries
// differ.
int main() {
  return 0;
}

// csc: -target:library
// What Missing.cs is compiled with, and runs without.
public class Base { }
public struct Value { public int a; }
public delegate void Handler(int x);

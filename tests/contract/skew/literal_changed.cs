// A constant is the user's since it was compiled.
#if LIBRARY
namespace Lib
{
    public static class Literal
    {
#if literal_changed
        public const int Number = 8;
        public const string Text = "new";
#else
        public const int Number = 7;
        public const string Text = "old";
#endif
        public static int Get(int n = Number) { return n; }
    }
}
#else
static class LiteralChanged
{
    static string Constant() { return Lib.Literal.Number + Lib.Literal.Text; }
    static int Default() { return Lib.Literal.Get(); }
    public static string Run() { return Constant() + Default(); }
}
#endif

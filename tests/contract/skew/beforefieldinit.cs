// The static constructor runs before any member is used, not only before fields.
// refuses Beforefieldinit:Inlined method.body
#if LIBRARY
namespace Lib
{
    public class Precise
    {
        public static string field = Note("[made]");
#if beforefieldinit
        static Precise() { }
#endif
        static string Note(string s) { PreciseLog.text += s; return s; }
        public static int Inlined() { return 3; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static string Called()
        {
#if beforefieldinit
            return PreciseLog.text;
#else
            return "whenever";
#endif
        }
    }
    public static class PreciseLog { public static string text = ""; }
}
#else
static class Beforefieldinit
{
    static int Inlined() { return Lib.Precise.Inlined(); }
    static string Called() { return Lib.Precise.Called(); }
    public static string Run() { return Inlined() + Called(); }
}
#endif

// A type lies in another assembly; the library says where. Whoever names it names another one.
// refuses Forwarded:Called method.names
// refuses Forwarded:Field method.names
// refuses Forwarded:Inlined method.names
// refuses Forwarded:Run method.body
// refuses Forwarded:Value method.names
#if MOVED || (LIBRARY && !forwarded)
namespace Lib
{
    public class Forwarded
    {
        public int field = 5;
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if MOVED
        public string Called() { return "moved"; }
#else
        public string Called() { return "here"; }
#endif
        public int Inlined() { return 4; }
    }
    public struct ForwardedValue { public int a, b; }
}
#elif LIBRARY
[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof(Lib.Forwarded))]
[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof(Lib.ForwardedValue))]
#else
static class Forwarded
{
    static string Called(Lib.Forwarded f) { return f.Called(); }
    static int Inlined(Lib.Forwarded f) { return f.Inlined(); }
    static int Field(Lib.Forwarded f) { return f.field; }
    static int Value(Lib.ForwardedValue v) { return v.b; }
    public static string Run()
    {
        var f = new Lib.Forwarded();
        return Called(f) + Inlined(f) + Field(f) + Value(new Lib.ForwardedValue { b = 3 });
    }
}
#endif

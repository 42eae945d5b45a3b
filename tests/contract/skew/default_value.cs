// The value of an optional parameter is the caller's; attributes mean nothing to code.
#if LIBRARY
namespace Lib
{
#if default_value
    [System.Serializable, System.Obsolete]
#endif
    public class DefaultValue
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if default_value
        [System.Obsolete] public int Call([System.ComponentModel.Description("d")] int x = 7) { return x; }
        [System.NonSerialized] public int field = 1;
#else
        public int Call(int x = 6) { return x; }
        public int field = 1;
#endif
        public static int Inlined(int x) { return x * 3; }
    }
}
#else
static class DefaultValue
{
    static int Call(Lib.DefaultValue d) { return d.Call(); }
    static int Field(Lib.DefaultValue d) { return d.field; }
    static int Inlined() { return Lib.DefaultValue.Inlined(3); }
    public static string Run() { var d = new Lib.DefaultValue(); return Call(d) + " " + Field(d) + Inlined(); }
}
#endif

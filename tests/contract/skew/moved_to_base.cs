// Members have moved to a base class, where references still find them: they name another one.
// refuses MovedToBase:Called method.names
// refuses MovedToBase:Field method.names
// refuses MovedToBase:Inlined method.body
// refuses MovedToBase:Run method.body
#if LIBRARY
namespace Lib
{
    public class MovesBase
    {
#if moved_to_base
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public string Called() { return "moved"; }
        public int Inlined() { return 2; }
        public int field = 5;
#endif
    }
    public class Moves : MovesBase
    {
#if !moved_to_base
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public string Called() { return "here"; }
        public int Inlined() { return 1; }
        public int field = 5;
#endif
    }
}
#else
static class MovedToBase
{
    static string Called(Lib.Moves m) { return m.Called(); }
    static int Inlined(Lib.Moves m) { return m.Inlined(); }
    static int Field(Lib.Moves m) { return m.field; }
    public static string Run() { var m = new Lib.Moves(); return Called(m) + Inlined(m) + Field(m); }
}
#endif

// A class by now is a value type, and the other way round (nobody calls that one: mono refuses
// the program that does).
// refuses ClassOrValue:Back method.names
// refuses ClassOrValue:Make method.names
#if LIBRARY
namespace Lib
{
#if class_or_value
    public struct Turns
#else
    public class Turns
#endif
    {
        public int a;
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public Turns(int x) { a = x; }
    }
#if class_or_value
    public class TurnsBack { public int a; }
#else
    public struct TurnsBack { public int a; }
#endif
}
#else
static class ClassOrValue
{
    static int Make(int x) { return new Lib.Turns(x).a; }
    static int Back(Lib.TurnsBack b) { return b.a; }
    static int Other() { return 4; }
    static string Try(System.Func<string> f) { try { return f(); } catch (System.Exception e) { return e is System.MissingMethodException || e is System.TypeLoadException || e is System.BadImageFormatException || e is System.InvalidProgramException || e is System.MissingFieldException ? "refused" : e.GetType().Name; } }
    public static string Run() { return Try(() => "" + Make(3)) + Other(); }
}
#endif

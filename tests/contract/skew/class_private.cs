// The class itself is not public any more. mono is lenient with programs that have unsafe code.
// prints ClassPrivate: MethodAccessExceptionMethodAccessExceptionMethodAccessExceptionTypeAccessException
// refuses ClassPrivate:Called method.names
// refuses ClassPrivate:Inlined method.names
// refuses ClassPrivate:Is method.names
// refuses ClassPrivate:Made method.names
#if LIBRARY
namespace Lib
{
#if class_private
    class ClassPrivate
#else
    public class ClassPrivate
#endif
    {
        public int field = 3;
        public static int Inlined() { return 4; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static int Called() { return 5; }
    }
}
#else
static class ClassPrivate
{
    static int Inlined() { return Lib.ClassPrivate.Inlined(); }
    static int Called() { return Lib.ClassPrivate.Called(); }
    static int Made() { return new Lib.ClassPrivate().field; }
    static int Is() { return "" is object && (object)"" is Lib.ClassPrivate ? 1 : 0; }
    static string Try(System.Func<int> f) { try { return f().ToString(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run() { return Try(Inlined) + Try(Called) + Try(Made) + Try(Is); }
}
#endif

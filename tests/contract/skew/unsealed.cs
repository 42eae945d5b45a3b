// What is known of a sealed class (which method a call runs, that an object of just this class
// fits an array, a cast by one comparison) ends when it is unsealed.
// refuses Unsealed:Run method.body
// refuses Unsealed:Store method.sealed
#if LIBRARY
namespace Lib
{
#if !unsealed
    sealed
#endif
    public class Unsealed
    {
        public override string ToString() { return "sealed"; }
#if unsealed
        public static Unsealed Make() { return new Opened(); }
        public static Unsealed[] Many() { return new Opened[1]; }
    }
    class Opened : Unsealed
    {
        public override string ToString() { return "opened"; }
    }
#else
        public static Unsealed Make() { return new Unsealed(); }
        public static Unsealed[] Many() { return new Unsealed[1]; }
    }
#endif
}
#else
static class Unsealed
{
    static string Describe(Lib.Unsealed s) { return s.ToString(); }
    static string Store(Lib.Unsealed[] a, Lib.Unsealed s)
    {
        try { a[0] = s; return "stored"; } catch (System.ArrayTypeMismatchException) { return "refused"; }
    }
    static object Cast(object o) { return ((Lib.Unsealed)o).ToString(); }
    static bool Is(object o) { return o is Lib.Unsealed; }
    public static string Run()
    {
        return Describe(Lib.Unsealed.Make()) + Store(Lib.Unsealed.Many(), new Lib.Unsealed()) +
               Cast(Lib.Unsealed.Make()) + Is(Lib.Unsealed.Make());
    }
}
#endif

// The numbers are the user's; the names are asked for at run time.
#if LIBRARY
namespace Lib
{
#if enum_values
    public enum Values { X = 2, Y = 1, Z = 3 }
#else
    public enum Values { X = 1, Y = 2 }
#endif
    public static class ValuesOf
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static string Name(Values v) { return v.ToString(); }
    }
}
#else
static class EnumValues
{
    static string Name() { return Lib.ValuesOf.Name(Lib.Values.X); }
    static string Own(Lib.Values v) { return v.ToString() + (int)v; }
    public static string Run() { return Name() + Own(Lib.Values.Y); }
}
#endif

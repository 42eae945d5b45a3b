// What a value type runs for the methods that all objects have: constrained calls go straight.
// refuses ValueOverride:Gains method.impls
// refuses ValueOverride:Generic[Lib.Gains] method.impls
// refuses ValueOverride:Loses method.body
#if LIBRARY
namespace Lib
{
    public struct Gains
    {
        public int x;
#if value_override
        public override string ToString() { return "own"; }
#endif
    }
    public struct Loses
    {
        public int x;
#if !value_override
        public override string ToString() { return "own"; }
#endif
    }
    public struct Keeps { public int x; public override string ToString() { return "kept"; } }
}
#else
static class ValueOverride
{
    static string Gains(Lib.Gains g) { return g.ToString(); }
    static string Loses(Lib.Loses g) { return g.ToString(); }
    static string Keeps(Lib.Keeps g) { return g.ToString(); }
    static int Field(Lib.Gains g) { return g.x; }
    static string Generic<T>(T x) { return x.ToString(); }
    public static string Run()
    {
        return Gains(new Lib.Gains()) + Loses(new Lib.Loses()) + Keeps(new Lib.Keeps()) +
               Field(new Lib.Gains { x = 3 }) + Generic(new Lib.Gains()) + Generic(new Lib.Keeps());
    }
}
#endif

static class Program
{
    static int Inlined() { return Module.Inlined(); }
    static string Called() { return Module.Called(); }
    static int Modified() { return Module.Modified(3); }
    static void Main()
    {
        System.Console.WriteLine(Inlined() + Called());
        try { System.Console.WriteLine(Modified()); }
        catch (System.MissingMethodException) { System.Console.WriteLine("missing"); }
    }
}

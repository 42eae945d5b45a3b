// Finalizers at the end of the process may still use the console, whose own come last. In
// mono they come in any order, hence the .expected beside this.
using System;

class Last
{
    readonly string text;

    public Last(string text)
    {
        this.text = text;
    }

    ~Last()
    {
        Console.WriteLine("{0} at the end", text);
    }
}

static class LastWords
{
    static Last kept;

    static void Main()
    {
        kept = new Last("finalized");
        Console.WriteLine("main ends");
    }
}

// An exception inside a filter means "no" (ECMA-335 I.12.4.2.8); mono lets it out.
using System;

static class FilterThrows
{
    static bool Fail(string text)
    {
        Console.WriteLine("filter {0}", text);
        throw new InvalidOperationException(text);
    }

    static void Main()
    {
        try {
            try {
                throw new ArgumentException("original");
            } catch (ArgumentException) when (Fail("one")) {
                Console.WriteLine("never");
            } finally {
                Console.WriteLine("finally");
            }
        } catch (Exception e) when (Fail("two") || e == null) {
            Console.WriteLine("never");
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", e.GetType().Name, e.Message);
        }
    }
}

// The primes below N (default 20000), by Eratosthenes.
using System;

static class Sieve
{
    static bool[] Mark(int n)
    {
        var composite = new bool[n];
        for (int i = 2; (long)i * i < n; i++)
            if (!composite[i])
                for (int j = i * i; j < n; j += i)
                    composite[j] = true;
        return composite;
    }

    static void Main(string[] args)
    {
        int n = args.Length > 0 ? int.Parse(args[0]) : 20000;
        int rounds = args.Length > 1 ? int.Parse(args[1]) : 1;
        int count = 0, last = 0;
        for (int round = 0; round < rounds; round++) {
            bool[] composite = Mark(n);
            count = 0;
            for (int i = 2; i < n; i++)
                if (!composite[i]) {
                    count++;
                    last = i;
                }
        }
        Console.WriteLine("{0} primes below {1}, the last is {2}", count, n, last);
    }
}

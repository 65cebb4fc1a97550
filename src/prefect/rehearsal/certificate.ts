/**
 * A certificate that nobody has the key of. Two thirds of the work of `prefect deploy` is loading the certificates of all
 * authorities, four times for each deployment, even where it speaks plain HTTP; a file with this one in it spares that.
 * Whoever is given it trusts nobody, so it is only for a process that speaks to loopback alone.
 *
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -days 36500`
 */
export const REHEARSAL_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBxDCCAWqgAwIBAgIUQBi2gicVFfqQHtub09f8qWLDvBUwCgYIKoZIzj0EAwIw
ODE2MDQGA1UEAwwtcHJlZmVjdC1tb2RhbC1kZXBsb3kgcmVoZWFyc2FsLCBzaWdu
cyBub3RoaW5nMCAXDTI2MTEyNDIzMTcyNFoYDzIxMjYxMDMxMjMxNzI0WjA4MTYw
NAYDVQQDDC1wcmVmZWN0LW1vZGFsLWRlcGxveSByZWhlYXJzYWwsIHNpZ25zIG5v
dGhpbmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS0G9GVAr6g7nb8xE72UjWB
ChKjHf0QeWQ+vujbXmZOD9gEmy+bK765G6CzIBBNIinUrpOaPLk+ON0g+6mWM3mt
o1AwTjAdBgNVHQ4EFgQUy72sNQIjMpwRldNNGEil7x+o7xUwHwYDVR0jBBgwFoAU
y72sNQIjMpwRldNNGEil7x+o7xUwDAYDVR0TAQH/BAIwADAKBggqhkjOPQQDAgNI
ADBFAiBbpOFOuyX9BjcyuCOKHGZttAPRxjlqZdhQ8pIbe4ywagIhAIu+ke43hA75
1ahF+MnnJxXpWlDZhC5P/vBRuu++WXht
-----END CERTIFICATE-----
`

module devdoctor

go 1.26.0
